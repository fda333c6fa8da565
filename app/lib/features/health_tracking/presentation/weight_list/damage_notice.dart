import 'dart:async';

import 'package:flutter/material.dart';

import '../../../../core/presentation/notice.dart';
import '../../../../l10n/words.dart';
import '../../data/repositories/weight_repository.dart';

/// Tells, once, that a part of the device's data was damaged.
class DamageNotice extends StatelessWidget {
  /// Of the data of [weights].
  const DamageNotice({required this.weights, super.key});

  /// Who knows.
  final WeightRepository weights;

  Future<void> _understood(ScaffoldMessengerState messenger, Words words) async {
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
      final words = Words.of(context);
      return Padding(
        padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.end,
          children: [
            Notice(words.dataDamaged),
            TextButton(
              onPressed: () => unawaited(_understood(ScaffoldMessenger.of(context), words)),
              child: Text(words.understood),
            ),
          ],
        ),
      );
    },
  );
}
