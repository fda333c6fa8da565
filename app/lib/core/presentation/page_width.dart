import 'package:flutter/material.dart';

/// Limits the width of a page so that lines stay readable in wide windows.
class PageWidth extends StatelessWidget {
  /// Centres [child].
  const PageWidth({required this.child, super.key});

  /// The page.
  final Widget child;

  @override
  Widget build(BuildContext context) => Align(
    alignment: Alignment.topCenter,
    child: ConstrainedBox(constraints: const BoxConstraints(maxWidth: 640), child: child),
  );
}
