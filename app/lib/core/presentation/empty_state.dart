import 'package:flutter/material.dart';

/// What is shown where there is nothing to show yet.
class EmptyState extends StatelessWidget {
  /// With an [icon], a [title] and a sentence that helps on.
  const EmptyState({required this.icon, required this.title, required this.lead, super.key});

  /// A picture, hidden from screen readers.
  final IconData icon;

  /// What is the case.
  final String title;

  /// What to do about it.
  final String lead;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    return Padding(
      padding: const EdgeInsets.symmetric(horizontal: 32, vertical: 48),
      child: Column(
        mainAxisSize: MainAxisSize.min,
        children: [
          DecoratedBox(
            decoration: BoxDecoration(color: theme.colorScheme.primaryContainer, shape: BoxShape.circle),
            child: Padding(
              padding: const EdgeInsets.all(28),
              child: ExcludeSemantics(child: Icon(icon, size: 48, color: theme.colorScheme.onPrimaryContainer)),
            ),
          ),
          const SizedBox(height: 24),
          Text(title, style: theme.textTheme.titleLarge, textAlign: TextAlign.center),
          const SizedBox(height: 8),
          Text(
            lead,
            textAlign: TextAlign.center,
            style: theme.textTheme.bodyMedium?.copyWith(color: theme.colorScheme.onSurfaceVariant),
          ),
        ],
      ),
    );
  }
}
