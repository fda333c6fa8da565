import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../../../../l10n/generated/weight_words.dart';
import '../weight_format.dart';

/// A large number field between a minus and a plus button.
class NumberField extends StatelessWidget {
  /// A field that holds its text in [controller].
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

  /// Shown while the field is empty.
  final String? hint;

  /// The error text.
  final String? error;

  /// Whether the field has the focus from the start.
  final bool autofocus;

  /// Called with the tenths to add after a tap on a button.
  final ValueChanged<int> onStep;

  /// Called when the text changes.
  final ValueChanged<String> onChanged;

  /// Called when the user submits from the keyboard.
  final VoidCallback onSubmitted;

  @override
  Widget build(BuildContext context) => LayoutBuilder(
    builder: (context, box) {
      final words = WeightWords.of(context);
      final less = IconButton.filledTonal(
        tooltip: words.less,
        icon: const Icon(Icons.remove),
        onPressed: () => onStep(-1),
      );
      final more = IconButton.filledTonal(tooltip: words.more, icon: const Icon(Icons.add), onPressed: () => onStep(1));
      const top = EdgeInsets.only(top: 18);
      // With large text on a small screen the buttons do not fit beside the field.
      if (box.maxWidth / MediaQuery.textScalerOf(context).scale(1) < 240) {
        return Column(
          children: [
            _field(context, words, isNarrow: true),
            const SizedBox(height: 8),
            Row(mainAxisAlignment: MainAxisAlignment.spaceEvenly, children: [less, more]),
          ],
        );
      }
      return Row(
        crossAxisAlignment: CrossAxisAlignment.start,
        children: [
          Padding(padding: top, child: less),
          const SizedBox(width: 12),
          Expanded(child: _field(context, words)),
          const SizedBox(width: 12),
          Padding(padding: top, child: more),
        ],
      );
    },
  );

  Widget _field(BuildContext context, WeightWords words, {bool isNarrow = false}) {
    final theme = Theme.of(context);
    final style = isNarrow ? theme.textTheme.headlineMedium : theme.textTheme.displaySmall;
    return TextField(
      controller: controller,
      autofocus: autofocus,
      textAlign: TextAlign.center,
      style: style,
      keyboardType: const TextInputType.numberWithOptions(decimal: true),
      inputFormatters: [FilteringTextInputFormatter.allow(WeightFormat.typed)],
      decoration: InputDecoration(
        labelText: words.weight,
        hintText: hint,
        hintStyle: style?.copyWith(color: theme.colorScheme.outlineVariant),
        // The unit picker below the field also shows the unit.
        suffixText: isNarrow ? null : suffix,
        suffixStyle: theme.textTheme.titleLarge?.copyWith(color: theme.colorScheme.onSurfaceVariant),
        errorText: error,
        errorMaxLines: 3,
      ),
      onChanged: onChanged,
      onSubmitted: (_) => onSubmitted(),
    );
  }
}
