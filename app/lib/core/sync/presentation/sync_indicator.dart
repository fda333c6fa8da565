import 'package:flutter/material.dart';

import '../../../l10n/words.dart';
import '../../presentation/moments.dart';
import '../sync_manager.dart';
import '../sync_status.dart';
import 'sync_status_icon.dart';
import 'sync_status_text.dart';

/// The sync status as a button for an app bar; a tap syncs now.
class SyncIndicator extends StatelessWidget {
  /// Shows the status of [sync].
  const SyncIndicator({required this.sync, super.key});

  /// Supplies the status.
  final SyncManager sync;

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<SyncStatus>(
    valueListenable: sync.status,
    builder: (context, status, _) {
      final text = SyncStatusText(status, Words.of(context), Moments.of(context));
      return IconButton(
        tooltip: '${text.title}. ${Words.of(context).syncNow}',
        icon: SyncStatusIcon(status),
        onPressed: status is SyncRunning ? null : sync.syncNow,
      );
    },
  );
}
