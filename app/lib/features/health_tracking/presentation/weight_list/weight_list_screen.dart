import 'package:flutter/material.dart';

import '../../../../core/presentation/empty_state.dart';
import '../../../../core/presentation/moments.dart';
import '../../../../core/presentation/page_width.dart';
import '../../../../l10n/words.dart';
import '../../domain/weight_entry.dart';
import '../undo_offer.dart';
import 'entry_tile.dart';
import 'summary_card.dart';
import 'weight_list_view_model.dart';

/// The home screen: the latest weight, the chart, and all weights by month.
class WeightListScreen extends StatelessWidget {
  /// Shows [viewModel].
  const WeightListScreen({
    required this.viewModel,
    required this.indicator,
    required this.banner,
    required this.onAdd,
    required this.onEdit,
    required this.onSettings,
    super.key,
  });

  /// The state and actions of the screen.
  final WeightListViewModel viewModel;

  /// The sync status for the app bar.
  final Widget indicator;

  /// Notices above the list.
  final Widget banner;

  /// Opens the form for a new weight.
  final VoidCallback onAdd;

  /// Opens the form for an entry.
  final ValueChanged<WeightEntry> onEdit;

  /// Opens the settings.
  final VoidCallback onSettings;

  @override
  Widget build(BuildContext context) {
    final words = Words.of(context);
    return Scaffold(
      appBar: AppBar(
        title: Text(words.weight),
        actions: [
          indicator,
          IconButton(tooltip: words.settings, icon: const Icon(Icons.settings), onPressed: onSettings),
          const SizedBox(width: 8),
        ],
      ),
      floatingActionButton: FloatingActionButton.extended(
        onPressed: onAdd,
        icon: const Icon(Icons.add),
        label: Text(words.addWeight),
      ),
      body: SafeArea(
        child: PageWidth(
          child: ListenableBuilder(listenable: viewModel, builder: (context, _) => _content(context)),
        ),
      ),
    );
  }

  Widget _content(BuildContext context) {
    final entries = viewModel.entries;
    if (entries.isEmpty) {
      final words = Words.of(context);
      return CustomScrollView(
        slivers: [
          SliverToBoxAdapter(child: banner),
          SliverFillRemaining(
            hasScrollBody: false,
            child: Center(
              child: EmptyState(icon: Icons.monitor_weight, title: words.emptyTitle, lead: words.emptyLead),
            ),
          ),
        ],
      );
    }
    return ListView.builder(
      // Space for the floating button below the last row.
      padding: const EdgeInsets.only(bottom: 104),
      itemCount: entries.length + 1,
      itemBuilder: (context, index) => index == 0 ? _header() : _row(context, entries, index - 1),
    );
  }

  Widget _header() => Column(
    crossAxisAlignment: CrossAxisAlignment.stretch,
    children: [
      banner,
      Padding(
        padding: const EdgeInsets.symmetric(horizontal: 16),
        child: SummaryCard(viewModel: viewModel),
      ),
    ],
  );

  Widget _row(BuildContext context, List<WeightEntry> entries, int index) {
    final entry = entries[index];
    final month = Moments.of(context).month(entry.timestamp);
    final isFirstOfMonth = index == 0 || Moments.of(context).month(entries[index - 1].timestamp) != month;
    final theme = Theme.of(context);
    final tile = Dismissible(
      key: ValueKey(entry.key),
      direction: DismissDirection.endToStart,
      background: ColoredBox(
        color: theme.colorScheme.errorContainer,
        child: Align(
          alignment: AlignmentDirectional.centerEnd,
          child: Padding(
            padding: const EdgeInsets.symmetric(horizontal: 24),
            child: Icon(
              Icons.delete_outline,
              color: theme.colorScheme.onErrorContainer,
              semanticLabel: Words.of(context).delete,
            ),
          ),
        ),
      ),
      confirmDismiss: (_) => _delete(context, entry),
      child: EntryTile(
        entry: entry,
        before: index + 1 < entries.length ? entries[index + 1] : null,
        unit: viewModel.unit,
        onTap: () => onEdit(entry),
      ),
    );
    if (!isFirstOfMonth) return tile;
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        Padding(
          padding: const EdgeInsets.fromLTRB(20, 24, 20, 4),
          child: Semantics(
            header: true,
            child: Text(month, style: theme.textTheme.titleSmall?.copyWith(color: theme.colorScheme.primary)),
          ),
        ),
        tile,
      ],
    );
  }

  /// Returns false: the list rebuilds without the entry, so the row must not dismiss itself.
  Future<bool> _delete(BuildContext context, WeightEntry entry) async {
    final messenger = ScaffoldMessenger.of(context);
    final words = Words.of(context);
    try {
      await viewModel.delete(entry);
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(words.storageTrouble)));
      return false;
    }
    offerUndo(messenger, words, () => viewModel.restore(entry));
    return false;
  }
}
