import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/moments.dart';
import '../sync_manager.dart';
import '../weight_sync_status.dart';
import 'sync_status_icon.dart';
import 'sync_status_text.dart';

/// The sync status as a button for an app bar. A tap opens what the status shows, the list of conflicts or the sign-in
/// form; otherwise it syncs now.
class SyncIndicator extends StatelessWidget {
  /// Shows the status of [sync].
  const SyncIndicator({required this.sync, required this.onSignIn, required this.onConflicts, super.key});

  /// Supplies the status.
  final SyncManager sync;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  /// Opens the list of conflicts.
  final VoidCallback onConflicts;

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<WeightSyncStatus>(
    valueListenable: sync.status,
    builder: (context, status, _) {
      final words = WeightWords.of(context);
      final text = SyncStatusText(status, words, Moments.of(context));
      final (label, action) = switch (status) {
        SyncOff() || SyncNeedsSignIn() => (words.signIn, onSignIn),
        SyncConflictWaiting() => (words.look, onConflicts),
        SyncRunning() => (null, null),
        _ => (words.syncNow, sync.syncNow),
      };
      return IconButton(tooltip: [text.title, ?label].join('. '), icon: SyncStatusIcon(status), onPressed: action);
    },
  );
}
