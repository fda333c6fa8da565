import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/moments.dart';
import '../../presentation/weight_sync_theme.dart';
import '../sync_manager.dart';
import '../weight_sync_status.dart';
import 'sync_status_icon.dart';
import 'sync_status_text.dart';

/// Shows a [WeightSyncStatus] that needs attention, with the action that helps. Takes no space when there is none. During a run
/// it keeps showing the last problem, so that the page does not move with each retry.
class SyncBanner extends StatefulWidget {
  /// Shows the status of [sync].
  const SyncBanner({required this.sync, required this.onSignIn, required this.onConflicts, super.key});

  /// Supplies the status.
  final SyncManager sync;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  /// Opens the list of conflicts.
  final VoidCallback onConflicts;

  @override
  State<SyncBanner> createState() => _SyncBannerState();
}

class _SyncBannerState extends State<SyncBanner> {
  WeightSyncStatus _beforeRun = const SyncOff();
  late bool _isRunning;

  @override
  void initState() {
    super.initState();
    _takeStatus();
    widget.sync.status.addListener(_onStatus);
  }

  @override
  void didUpdateWidget(SyncBanner old) {
    super.didUpdateWidget(old);
    if (identical(old.sync, widget.sync)) return;
    old.sync.status.removeListener(_onStatus);
    _beforeRun = const SyncOff();
    _takeStatus();
    widget.sync.status.addListener(_onStatus);
  }

  @override
  void dispose() {
    widget.sync.status.removeListener(_onStatus);
    super.dispose();
  }

  void _onStatus() => setState(_takeStatus);

  void _takeStatus() {
    final status = widget.sync.status.value;
    _isRunning = status is SyncRunning;
    if (!_isRunning) _beforeRun = status;
  }

  @override
  Widget build(BuildContext context) => switch (_beforeRun) {
    SyncOff() || SyncIdle() || SyncRunning() => const SizedBox.shrink(),
    final status => _banner(context, status),
  };

  Widget _banner(BuildContext context, WeightSyncStatus status) {
    final theme = Theme.of(context);
    final words = WeightWords.of(context);
    final text = SyncStatusText(status, words, Moments.of(context));
    final (label, action) = switch (status) {
      SyncNeedsSignIn() => (words.signIn, widget.onSignIn),
      SyncConflictWaiting() => (words.look, widget.onConflicts),
      // Syncing does not help: the user has to correct the entries or update the app.
      SyncStalled(:final failure) when failure.count != null => (null, null),
      _ => (words.syncNow, _isRunning ? null : widget.sync.syncNow),
    };
    return Padding(
      padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
      child: Card(
        color: WeightSyncTheme.of(context).bannerBackground,
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
                    // Only the title: the time of the next try changes with each one.
                    Semantics(
                      container: true,
                      liveRegion: true,
                      child: Text(text.title, style: theme.textTheme.titleSmall),
                    ),
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
    );
  }
}
