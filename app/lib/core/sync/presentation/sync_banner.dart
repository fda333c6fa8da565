import 'package:flutter/material.dart';

import '../../../l10n/words.dart';
import '../../presentation/moments.dart';
import '../sync_manager.dart';
import '../sync_status.dart';
import 'sync_status_icon.dart';
import 'sync_status_text.dart';

/// Shows a [SyncStatus] that needs attention, with the action that helps. Takes no space when there is none.
class SyncBanner extends StatelessWidget {
  /// Shows the status of [sync].
  const SyncBanner({required this.sync, required this.onSignIn, required this.onConflicts, super.key});

  /// Supplies the status.
  final SyncManager sync;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  /// Opens the list of conflicts.
  final VoidCallback onConflicts;

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<SyncStatus>(
    valueListenable: sync.status,
    builder: (context, status, _) => switch (status) {
      SyncOff() || SyncIdle() || SyncRunning() => const SizedBox.shrink(),
      _ => _banner(context, status),
    },
  );

  Widget _banner(BuildContext context, SyncStatus status) {
    final theme = Theme.of(context);
    final words = Words.of(context);
    final text = SyncStatusText(status, words, Moments.of(context));
    final (label, action) = switch (status) {
      SyncNeedsSignIn() => (words.signIn, onSignIn),
      SyncConflictWaiting() => (words.look, onConflicts),
      // Syncing does not help: the user has to correct the entries or update the app.
      SyncStalled(:final failure) when failure.count != null => (null, null),
      _ => (words.syncNow, sync.syncNow),
    };
    return Padding(
      padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
      child: Semantics(
        liveRegion: true,
        child: Card(
          color: theme.colorScheme.surfaceContainerHighest,
          child: Padding(
            padding: const EdgeInsets.fromLTRB(16, 14, 16, 10),
            child: Row(
              crossAxisAlignment: CrossAxisAlignment.start,
              children: [
                ExcludeSemantics(child: SyncStatusIcon(status)),
                const SizedBox(width: 14),
                Expanded(
                  child: Column(
                    crossAxisAlignment: CrossAxisAlignment.start,
                    children: [
                      Text(text.title, style: theme.textTheme.titleSmall),
                      const SizedBox(height: 2),
                      Text(
                        text.detail,
                        style: theme.textTheme.bodyMedium?.copyWith(color: theme.colorScheme.onSurfaceVariant),
                      ),
                      if (label != null)
                        Align(
                          alignment: AlignmentDirectional.centerEnd,
                          child: TextButton(onPressed: action, child: Text(label)),
                        ),
                    ],
                  ),
                ),
              ],
            ),
          ),
        ),
      ),
    );
  }
}
