import 'package:flutter/material.dart';

/// Keeps lines readable in wide windows.
class PageWidth extends StatelessWidget {
  /// Centres [child].
  const PageWidth({required this.child, super.key});

  /// What is shown.
  final Widget child;

  @override
  Widget build(BuildContext context) => Align(
    alignment: Alignment.topCenter,
    child: ConstrainedBox(constraints: const BoxConstraints(maxWidth: 640), child: child),
  );
}
