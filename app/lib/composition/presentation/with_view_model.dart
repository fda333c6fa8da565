import 'package:flutter/material.dart';

/// Creates a view model when a screen appears and disposes of it with the screen.
class WithViewModel<T extends ChangeNotifier> extends StatefulWidget {
  /// Creates the view model with [create] and the screen with [builder].
  const WithViewModel({required this.create, required this.builder, super.key});

  /// Creates the view model.
  final T Function() create;

  /// Builds the screen.
  final Widget Function(BuildContext context, T viewModel) builder;

  @override
  State<WithViewModel<T>> createState() => _WithViewModelState<T>();
}

class _WithViewModelState<T extends ChangeNotifier> extends State<WithViewModel<T>> {
  late final T _viewModel = widget.create();

  @override
  void dispose() {
    _viewModel.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) => widget.builder(context, _viewModel);
}
