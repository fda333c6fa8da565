import 'package:flutter/material.dart';

import '../../presentation/weight_sync_theme.dart';
import '../weight_sync_status.dart';

/// The icon of a [WeightSyncStatus]. It has no label of its own: text beside it or a tooltip says the same.
class SyncStatusIcon extends StatelessWidget {
  /// The icon for [status].
  const SyncStatusIcon(this.status, {this.size = 24, super.key});

  /// The status to show.
  final WeightSyncStatus status;

  /// Width and height.
  final double size;

  @override
  Widget build(BuildContext context) {
    final look = WeightSyncTheme.of(context);
    if (status case final SyncRunning running) {
      return SizedBox.square(
        dimension: size,
        child: Padding(
          padding: const EdgeInsets.all(2),
          child: CircularProgressIndicator(strokeWidth: 2.5, value: running.progress),
        ),
      );
    }
    final (icon, color) = switch (status) {
      SyncOff() => (Icons.cloud_off, look.waiting),
      SyncIdle(pending: 0) => (Icons.cloud_done, look.good),
      SyncIdle() => (Icons.cloud_upload, look.good),
      SyncRunning() => (Icons.sync, look.good),
      SyncOffline() => (Icons.cloud_off, look.waiting),
      SyncRetrying() => (Icons.history, look.attention),
      SyncNeedsSignIn() => (Icons.lock_outline, look.problem),
      SyncConflictWaiting() => (Icons.call_split, look.attention),
      SyncStalled() => (Icons.error_outline, look.problem),
    };
    return Icon(icon, color: color, size: size);
  }
}
