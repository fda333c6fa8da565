import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../domain/weight_unit.dart';
import 'weight_format.dart';

/// A choice between the units.
class UnitPicker extends StatelessWidget {
  /// Shows [unit] as selected.
  const UnitPicker({required this.unit, required this.onChanged, super.key});

  /// The selected unit.
  final WeightUnit unit;

  /// Called with the newly selected unit.
  final ValueChanged<WeightUnit> onChanged;

  @override
  Widget build(BuildContext context) => SegmentedButton<WeightUnit>(
    showSelectedIcon: false,
    segments: [
      for (final choice in WeightUnit.values)
        ButtonSegment(
          value: choice,
          label: Text(choice.code, semanticsLabel: WeightFormat.nameOf(choice, WeightWords.of(context))),
        ),
    ],
    selected: {unit},
    onSelectionChanged: (chosen) => onChanged(chosen.first),
  );
}
