import 'package:flutter/material.dart';

import '../../../../l10n/generated/weight_words.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/conflict_reason.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_unit.dart';
import 'version_box.dart';

/// A conflict with both versions and the possible answers.
class ConflictCard extends StatelessWidget {
  /// Shows [conflict]. A null [onAnswer] disables the answers.
  const ConflictCard({required this.conflict, required this.unit, required this.onAnswer, super.key});

  /// The conflict.
  final WeightConflict conflict;

  /// The unit for showing weights.
  final WeightUnit unit;

  /// Called with the chosen answer.
  final ValueChanged<ConflictAnswer>? onAnswer;

  String _lead(WeightWords words) => switch (conflict) {
    WeightConflict(theirs: null) || WeightConflict(reason: ConflictReason.gone) => words.goneOnServer,
    WeightConflict(reason: ConflictReason.deletedOnServer) => words.deletedOnServer,
    WeightConflict(mineWon: true) => words.youOverwrote,
    _ => words.newerOnServer,
  };

  /// An answer that changes something is labelled with what it restores.
  (String, IconData) _labelAndIcon(ConflictAnswer answer, WeightWords words) => switch (answer) {
    ConflictAnswer.keepMine => (conflict.mineWon ? words.keepMine : words.bringMineBack, Icons.smartphone),
    ConflictAnswer.keepTheirs => (conflict.mineWon ? words.undoOverwrite : words.keepTheirs, Icons.cloud_queue),
    ConflictAnswer.keepBoth => (words.keepBoth, Icons.library_add_check),
  };

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final standing = conflict.mineWon ? ConflictAnswer.keepMine : ConflictAnswer.keepTheirs;
    return Card(
      child: Padding(
        padding: const EdgeInsets.all(16),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            Text(_lead(words), style: Theme.of(context).textTheme.titleSmall),
            const SizedBox(height: 14),
            LayoutBuilder(builder: (context, box) => _versions(context, words, box.maxWidth)),
            const SizedBox(height: 14),
            for (final answer in conflict.options)
              Padding(
                padding: const EdgeInsets.only(top: 8),
                child: _button(answer, words, isStanding: answer == standing),
              ),
          ],
        ),
      ),
    );
  }

  Widget _versions(BuildContext context, WeightWords words, double width) {
    final mine = VersionBox(title: words.thisDevice, version: conflict.mine, unit: unit, standsNow: conflict.mineWon);
    final theirs = VersionBox(
      title: words.otherDevice,
      version: conflict.theirs,
      unit: unit,
      standsNow: !conflict.mineWon,
    );
    // Two columns only if the scaled text leaves enough room.
    if (width / MediaQuery.textScalerOf(context).scale(1) < 280) {
      return Column(
        crossAxisAlignment: CrossAxisAlignment.stretch,
        children: [mine, const SizedBox(height: 10), theirs],
      );
    }
    return IntrinsicHeight(
      child: Row(
        crossAxisAlignment: CrossAxisAlignment.stretch,
        children: [
          Expanded(child: mine),
          const SizedBox(width: 10),
          Expanded(child: theirs),
        ],
      ),
    );
  }

  Widget _button(ConflictAnswer answer, WeightWords words, {required bool isStanding}) {
    final (label, icon) = _labelAndIcon(answer, words);
    final onPressed = onAnswer == null ? null : () => onAnswer!(answer);
    final text = Text(label, textAlign: TextAlign.center);
    return isStanding
        ? FilledButton.icon(onPressed: onPressed, icon: Icon(icon), label: text)
        : OutlinedButton.icon(onPressed: onPressed, icon: Icon(icon), label: text);
  }
}
