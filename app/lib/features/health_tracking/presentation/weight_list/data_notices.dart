import 'dart:async';

import 'package:flutter/material.dart';

import '../../../../core/presentation/notice.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../data/repositories/weight_repository.dart';

/// Says that local data was damaged, or that the server had lost entries, each until the user acknowledges it.
class DataNotices extends StatelessWidget {
  /// Notices about the data of [weights].
  const DataNotices({required this.weights, super.key});

  /// Supplies the state, and stores the acknowledgement.
  final WeightRepository weights;

  @override
  Widget build(BuildContext context) => ListenableBuilder(
    listenable: Listenable.merge([weights.damagedCopy, weights.lostByServer]),
    builder: (context, _) {
      final words = WeightWords.of(context);
      final lost = weights.lostByServer.value;
      return Column(
        children: [
          if (weights.damagedCopy.value != null)
            _AcknowledgedNotice(words.dataDamaged, acknowledge: weights.acknowledgeDamage, isError: true),
          if (lost > 0)
            _AcknowledgedNotice(words.lostByServer(lost), acknowledge: weights.acknowledgeLoss, isError: false),
        ],
      );
    },
  );
}

class _AcknowledgedNotice extends StatelessWidget {
  const _AcknowledgedNotice(this.text, {required this.acknowledge, required this.isError});

  final String text;
  final Future<void> Function() acknowledge;
  final bool isError;

  Future<void> _acknowledge(ScaffoldMessengerState messenger, WeightWords words) async {
    try {
      await acknowledge();
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(words.storageTrouble)));
    }
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return Padding(
      padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
      child: Column(
        crossAxisAlignment: CrossAxisAlignment.end,
        children: [
          Notice(text, isError: isError),
          TextButton(
            onPressed: () => unawaited(_acknowledge(ScaffoldMessenger.of(context), words)),
            child: Text(words.understood),
          ),
        ],
      ),
    );
  }
}
