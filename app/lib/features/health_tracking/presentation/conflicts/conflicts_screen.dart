import 'dart:async';

import 'package:flutter/material.dart';

import '../../../../core/presentation/empty_state.dart';
import '../../../../core/presentation/notice.dart';
import '../../../../core/presentation/page_width.dart';
import '../../../../l10n/generated/weight_words.dart';
import 'conflict_card.dart';
import 'conflicts_view_model.dart';

/// The list of conflicts, each with its possible answers.
class ConflictsScreen extends StatelessWidget {
  /// Shows [viewModel].
  const ConflictsScreen({required this.viewModel, super.key});

  /// The state and actions of the screen.
  final ConflictsViewModel viewModel;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return Scaffold(
      appBar: AppBar(title: Text(words.conflicts)),
      body: SafeArea(
        child: PageWidth(
          child: ListenableBuilder(listenable: viewModel, builder: (context, _) => _content(context, words)),
        ),
      ),
    );
  }

  Widget _content(BuildContext context, WeightWords words) {
    final conflicts = viewModel.conflicts;
    if (conflicts.isEmpty) {
      return Center(
        child: SingleChildScrollView(
          child: EmptyState(icon: Icons.done_all, title: words.noConflicts, lead: words.noConflictsLead),
        ),
      );
    }
    return ListView(
      padding: const EdgeInsets.fromLTRB(16, 4, 16, 32),
      children: [
        Text(words.conflictsLead, style: TextStyle(color: Theme.of(context).colorScheme.onSurfaceVariant)),
        if (viewModel.hasFailed) ...[const SizedBox(height: 12), Notice(words.storageTrouble)],
        for (final conflict in conflicts)
          Padding(
            key: ValueKey(conflict.id),
            padding: const EdgeInsets.only(top: 16),
            child: ConflictCard(
              conflict: conflict,
              unit: viewModel.unit,
              onAnswer: viewModel.isBusy(conflict) ? null : (answer) => unawaited(viewModel.answer(conflict, answer)),
            ),
          ),
      ],
    );
  }
}
