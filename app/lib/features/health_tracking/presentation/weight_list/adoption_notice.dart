import 'dart:async';

import 'package:flutter/material.dart';

import '../../../../core/presentation/banner_card.dart';
import '../../../../core/presentation/command.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/adoption_offer.dart';

/// Asks whether weights that were recorded without the account are added to it, or says that they wait for it. Takes no
/// space if there is nothing to decide.
class AdoptionNotice extends StatefulWidget {
  /// Asks about the weights beside [weights].
  const AdoptionNotice({required this.weights, super.key});

  /// Supplies the offer and takes the answer.
  final WeightRepository weights;

  @override
  State<AdoptionNotice> createState() => _AdoptionNoticeState();
}

class _AdoptionNoticeState extends State<AdoptionNotice> {
  late final _answering = Command<Exception>((thrown) => thrown is Exception ? thrown : null, () {
    if (mounted) setState(() {});
  });

  Future<void> _answer(Future<void> Function() answer) async {
    final messenger = ScaffoldMessenger.of(context);
    final trouble = WeightWords.of(context).storageTrouble;
    if (!await _answering.attempt(answer)) messenger.showSnackBar(SnackBar(content: Text(trouble)));
  }

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<AdoptionOffer?>(
    valueListenable: widget.weights.adoption,
    builder: (context, offer, _) {
      if (offer == null || !(offer.needsAnswer || offer.waitsForAccount)) return const SizedBox.shrink();
      final words = WeightWords.of(context);
      return BannerCard(
        icon: const Icon(Icons.move_to_inbox),
        title: words.adoptTitle(offer.count),
        detail: offer.needsAnswer ? words.adoptLead : words.adoptLater,
        actions: [
          if (offer.needsAnswer) ...[
            TextButton(
              onPressed: _answering.isBusy ? null : () => unawaited(_answer(widget.weights.keepApart)),
              child: Text(words.keepApart),
            ),
            TextButton(
              onPressed: _answering.isBusy ? null : () => unawaited(_answer(widget.weights.adopt)),
              child: Text(words.adopt),
            ),
          ],
        ],
      );
    },
  );
}
