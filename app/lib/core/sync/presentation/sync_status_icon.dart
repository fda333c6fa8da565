import 'package:flutter/material.dart';

import '../sync_status.dart';

/// The icon of a [SyncStatus]. It has no label of its own: text beside it or a tooltip says the same.
class SyncStatusIcon extends StatelessWidget {
  /// The icon for [status].
  const SyncStatusIcon(this.status, {this.size = 24, super.key});

  /// The status to show.
  final SyncStatus status;

  /// Width and height.
  final double size;

  @override
  Widget build(BuildContext context) {
    final colors = Theme.of(context).colorScheme;
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
      SyncOff() => (Icons.cloud_off, colors.onSurfaceVariant),
      SyncIdle(pending: 0) => (Icons.cloud_done, colors.primary),
      SyncIdle() => (Icons.cloud_upload, colors.primary),
      SyncRunning() => (Icons.sync, colors.primary),
      SyncOffline() => (Icons.cloud_off, colors.onSurfaceVariant),
      SyncRetrying() => (Icons.history, colors.tertiary),
      SyncNeedsSignIn() => (Icons.lock_outline, colors.error),
      SyncConflictWaiting() => (Icons.call_split, colors.tertiary),
      SyncStalled() => (Icons.error_outline, colors.error),
    };
    return Icon(icon, color: color, size: size);
  }
}
