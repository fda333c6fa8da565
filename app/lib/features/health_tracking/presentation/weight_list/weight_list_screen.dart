import 'package:flutter/material.dart';

import '../../../../core/presentation/empty_state.dart';
import '../../../../core/presentation/page_width.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/weight_entry.dart';
import '../undo_offer.dart';
import 'entry_row.dart';
import 'row_cache.dart';
import 'summary_card.dart';
import 'weight_list_view_model.dart';

/// The home screen: the latest weight, the chart, and all weights by month.
class WeightListScreen extends StatefulWidget {
  /// Shows [viewModel].
  const WeightListScreen({
    required this.viewModel,
    required this.indicator,
    required this.banner,
    required this.onRefresh,
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

  /// Syncs now, when the user pulls the list down; returns when it is done.
  final Future<void> Function() onRefresh;

  /// Opens the form for a new weight.
  final VoidCallback onAdd;

  /// Opens the form for an entry.
  final ValueChanged<WeightEntry> onEdit;

  /// Opens the settings.
  final VoidCallback onSettings;

  @override
  State<WeightListScreen> createState() => _WeightListScreenState();
}

class _WeightListScreenState extends State<WeightListScreen> {
  late final _rows = RowCache(_row);

  WeightListViewModel get _model => widget.viewModel;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return Scaffold(
      appBar: AppBar(
        title: Text(words.weight),
        actions: [
          widget.indicator,
          IconButton(tooltip: words.settings, icon: const Icon(Icons.settings), onPressed: widget.onSettings),
          const SizedBox(width: 8),
        ],
      ),
      floatingActionButton: FloatingActionButton.extended(
        onPressed: widget.onAdd,
        icon: const Icon(Icons.add),
        label: Text(words.addWeight),
      ),
      body: SafeArea(
        child: PageWidth(
          child: ListenableBuilder(
            listenable: _model,
            builder: (context, _) => RefreshIndicator(
              onRefresh: widget.onRefresh,
              child: _model.entries.isEmpty ? _empty(words) : _list(_model.entries),
            ),
          ),
        ),
      ),
    );
  }

  Widget _empty(WeightWords words) => CustomScrollView(
    physics: const AlwaysScrollableScrollPhysics(),
    slivers: [
      SliverToBoxAdapter(child: widget.banner),
      if (!_model.isWaiting)
        SliverFillRemaining(
          hasScrollBody: false,
          child: Center(
            child: EmptyState(icon: Icons.monitor_weight, title: words.emptyTitle, lead: words.emptyLead),
          ),
        ),
    ],
  );

  Widget _list(List<WeightEntry> entries) => ListView.builder(
    physics: const AlwaysScrollableScrollPhysics(),
    // Space for the floating button below the last row.
    padding: const EdgeInsets.only(bottom: 104),
    itemCount: entries.length + 1,
    itemBuilder: (context, index) => index == 0 ? _header() : _rows.rowAt(entries, index - 1, _model.unit),
    findChildIndexCallback: (key) {
      final index = key is ValueKey<String> ? _rows.indexOf(key.value, entries) : null;
      return index == null ? null : index + 1;
    },
  );

  Widget _header() => Column(
    crossAxisAlignment: CrossAxisAlignment.stretch,
    children: [
      widget.banner,
      Padding(
        padding: const EdgeInsets.symmetric(horizontal: 16),
        child: SummaryCard(viewModel: _model),
      ),
    ],
  );

  Widget _row(EntryRowContent content) => EntryRow(
    key: ValueKey(content.entry.key),
    content: content,
    onTap: () => widget.onEdit(content.entry),
    onSwipe: () => _delete(content.entry),
  );

  Future<void> _delete(WeightEntry entry) async {
    final messenger = ScaffoldMessenger.of(context);
    final words = WeightWords.of(context);
    final model = _model;
    try {
      await model.delete(entry);
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(words.storageTrouble)));
      return;
    }
    offerUndo(messenger, words, () => model.restore(entry));
  }
}
