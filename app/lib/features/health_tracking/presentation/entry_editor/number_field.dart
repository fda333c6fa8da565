import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../../../../l10n/words.dart';

/// A large number between a button for less and one for more.
class NumberField extends StatelessWidget {
  /// Holds its text in [controller].
  const NumberField({
    required this.controller,
    required this.suffix,
    required this.hint,
    required this.error,
    required this.autofocus,
    required this.onStep,
    required this.onChanged,
    required this.onSubmitted,
    super.key,
  });

  /// Holds the text.
  final TextEditingController controller;

  /// The unit.
  final String suffix;

  /// Shown while empty.
  final String? hint;

  /// What is wrong.
  final String? error;

  /// Whether typing begins at once.
  final bool autofocus;

  /// After a button, with tenths to add.
  final ValueChanged<int> onStep;

  /// After typing.
  final ValueChanged<String> onChanged;

  /// After the enter key.
  final VoidCallback onSubmitted;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final words = Words.of(context);
    return Row(
      crossAxisAlignment: CrossAxisAlignment.start,
      children: [
        Padding(
          padding: const EdgeInsets.only(top: 18),
          child: IconButton.filledTonal(
            tooltip: words.less,
            icon: const Icon(Icons.remove),
            onPressed: () => onStep(-1),
          ),
        ),
        const SizedBox(width: 12),
        Expanded(
          child: TextField(
            controller: controller,
            autofocus: autofocus,
            textAlign: TextAlign.center,
            style: theme.textTheme.displaySmall,
            keyboardType: const TextInputType.numberWithOptions(decimal: true),
            inputFormatters: [FilteringTextInputFormatter.allow(RegExp('[0-9.,]'))],
            decoration: InputDecoration(
              labelText: words.weight,
              hintText: hint,
              hintStyle: theme.textTheme.displaySmall?.copyWith(color: theme.colorScheme.outlineVariant),
              suffixText: suffix,
              suffixStyle: theme.textTheme.titleLarge?.copyWith(color: theme.colorScheme.onSurfaceVariant),
              errorText: error,
            ),
            onChanged: onChanged,
            onSubmitted: (_) => onSubmitted(),
          ),
        ),
        const SizedBox(width: 12),
        Padding(
          padding: const EdgeInsets.only(top: 18),
          child: IconButton.filledTonal(tooltip: words.more, icon: const Icon(Icons.add), onPressed: () => onStep(1)),
        ),
      ],
    );
  }
}
