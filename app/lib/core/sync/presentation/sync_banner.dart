import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/banner_card.dart';
import '../../presentation/moments.dart';
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
    final words = WeightWords.of(context);
    final text = SyncStatusText(status, words, Moments.of(context));
    final (label, action) = switch (status) {
      SyncNeedsSignIn() => (words.signIn, widget.onSignIn),
      SyncConflictWaiting() => (words.look, widget.onConflicts),
      // Syncing does not help: the user has to correct the entries or update the app.
      SyncStalled(:final failure) when failure.count != null => (null, null),
      _ => (words.syncNow, _isRunning ? null : widget.sync.syncNow),
    };
    return BannerCard(
      icon: SyncStatusIcon(status),
      title: text.title,
      detail: text.detail,
      actions: [if (label != null) TextButton(onPressed: action, child: Text(label))],
    );
  }
}
