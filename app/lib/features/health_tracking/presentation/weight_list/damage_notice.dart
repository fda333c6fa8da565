import 'dart:async';

import 'package:flutter/material.dart';

import '../../../../core/presentation/notice.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../data/repositories/weight_repository.dart';

/// Warns that part of the local data was damaged, until the user acknowledges it.
class DamageNotice extends StatelessWidget {
  /// A notice about the data of [weights].
  const DamageNotice({required this.weights, super.key});

  /// Supplies the state, and stores the acknowledgement.
  final WeightRepository weights;

  Future<void> _acknowledge(ScaffoldMessengerState messenger, WeightWords words) async {
    try {
      await weights.acknowledgeDamage();
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(words.storageTrouble)));
    }
  }

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<String?>(
    valueListenable: weights.damagedCopy,
    builder: (context, copy, _) {
      if (copy == null) return const SizedBox.shrink();
      final words = WeightWords.of(context);
      return Padding(
        padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.end,
          children: [
            Notice(words.dataDamaged),
            TextButton(
              onPressed: () => unawaited(_acknowledge(ScaffoldMessenger.of(context), words)),
              child: Text(words.understood),
            ),
          ],
        ),
      );
    },
  );
}
