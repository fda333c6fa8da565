import 'package:flutter/material.dart';

/// A coloured box with a message; screen readers announce it when it appears.
class Notice extends StatelessWidget {
  /// Shows [text], as an error unless [isError] is false.
  const Notice(this.text, {this.isError = true, super.key});

  /// The message.
  final String text;

  /// Whether it is an error.
  final bool isError;

  @override
  Widget build(BuildContext context) {
    final colors = Theme.of(context).colorScheme;
    final foreground = isError ? colors.onErrorContainer : colors.onSecondaryContainer;
    return Semantics(
      liveRegion: true,
      child: DecoratedBox(
        decoration: BoxDecoration(
          color: isError ? colors.errorContainer : colors.secondaryContainer,
          borderRadius: BorderRadius.circular(14),
        ),
        child: Padding(
          padding: const EdgeInsets.all(14),
          child: Row(
            crossAxisAlignment: CrossAxisAlignment.start,
            children: [
              Icon(isError ? Icons.error_outline : Icons.info_outline, color: foreground, size: 20),
              const SizedBox(width: 12),
              Expanded(
                child: Text(text, style: TextStyle(color: foreground)),
              ),
            ],
          ),
        ),
      ),
    );
  }
}
