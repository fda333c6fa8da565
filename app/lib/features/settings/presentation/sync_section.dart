import 'dart:async';

import 'package:flutter/material.dart';

import '../../../core/presentation/moments.dart';
import '../../../core/sync/presentation/sync_status_icon.dart';
import '../../../core/sync/presentation/sync_status_text.dart';
import '../../../core/sync/weight_sync_status.dart';
import '../../../l10n/generated/weight_words.dart';
import 'section.dart';
import 'settings_view_model.dart';

/// The sync status and a button to sync now.
class SyncSection extends StatelessWidget {
  /// Shows [viewModel].
  const SyncSection({required this.viewModel, required this.onConflicts, super.key});

  /// The state and actions of the settings.
  final SettingsViewModel viewModel;

  /// Opens the list of conflicts.
  final VoidCallback onConflicts;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final moments = Moments.of(context);
    final status = viewModel.sync.status.value;
    final text = SyncStatusText(status, words, moments);
    final lastSync = viewModel.lastSync;
    return Section(
      title: words.sync,
      children: [
        ListTile(
          leading: SyncStatusIcon(status),
          title: Text(text.title),
          subtitle: text.detail.isEmpty ? null : Text(text.detail),
        ),
        ListTile(
          leading: const Icon(Icons.history),
          title: Text(words.lastSync),
          subtitle: Text(lastSync == null ? words.never : moments.when(lastSync)),
        ),
        ListTile(
          leading: const Icon(Icons.schedule_send),
          title: Text(words.waiting),
          subtitle: Text(words.edits(viewModel.pending)),
        ),
        if (viewModel.conflicts > 0)
          ListTile(
            leading: const Icon(Icons.call_split),
            title: Text(words.conflicts),
            trailing: const Icon(Icons.chevron_right),
            onTap: onConflicts,
          ),
        Padding(
          padding: const EdgeInsets.fromLTRB(16, 4, 16, 16),
          child: FilledButton.tonalIcon(
            onPressed: status is SyncRunning || status is SyncOff ? null : () => unawaited(viewModel.sync.syncNow()),
            icon: const Icon(Icons.sync),
            label: Text(words.syncNow),
          ),
        ),
      ],
    );
  }
}
