import 'package:flutter/material.dart';

/// Shown in place of a list that has no items.
class EmptyState extends StatelessWidget {
  /// Shows an [icon], a [title] and a [lead].
  const EmptyState({required this.icon, required this.title, required this.lead, super.key});

  /// A picture, hidden from screen readers.
  final IconData icon;

  /// States that there is nothing.
  final String title;

  /// Says what the user can do.
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
