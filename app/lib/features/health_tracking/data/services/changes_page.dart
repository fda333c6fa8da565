import 'package:meta/meta.dart';

import '../../domain/live_totals.dart';
import 'server_entry.dart';

/// One page of the server's changes.
@immutable
final class ChangesPage {
  /// A page with [entries].
  const ChangesPage({
    required this.entries,
    required this.nextSince,
    required this.hasMore,
    required this.epoch,
    this.live,
  });

  /// Parses a response. Throws a [FormatException] if it is not a page.
  factory ChangesPage.fromJson(Map<String, Object?> json) {
    if (json case {
      'data': final List<Object?> data,
      'sync':
          {'next_since': final String nextSince, 'has_more': final bool hasMore, 'epoch': final Object? epoch} &&
          final Map<String, Object?> sync,
    }) {
      return ChangesPage(
        entries: [for (final entry in data) ServerEntry.fromJson(entry)],
        nextSince: nextSince,
        hasMore: hasMore,
        epoch: epoch as String?,
        live: LiveTotals.read(sync['live']),
      );
    }
    throw const FormatException('not a page of changes');
  }

  /// Oldest change first.
  final List<ServerEntry> entries;

  /// The cursor for the next page or the next pull.
  final String nextSince;

  /// Whether there are more pages now.
  final bool hasMore;

  /// The epoch of the server's database.
  final String? epoch;

  /// Number and hash of the server's live entries, on the last page.
  final LiveTotals? live;
}
