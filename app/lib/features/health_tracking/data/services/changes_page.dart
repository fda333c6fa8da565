import 'package:meta/meta.dart';

import 'server_entry.dart';

/// A page of the server's changes.
@immutable
final class ChangesPage {
  /// [entries], and how to go on.
  const ChangesPage({required this.entries, required this.nextSince, required this.hasMore, required this.epoch});

  /// Reads one. Throws a [FormatException] when it is none.
  factory ChangesPage.fromJson(Map<String, Object?> json) {
    if (json case {
      'data': final List<Object?> data,
      'sync': {'next_since': final String nextSince, 'has_more': final bool hasMore, 'epoch': final Object? epoch},
    }) {
      return ChangesPage(
        entries: [for (final entry in data) ServerEntry.fromJson(entry)],
        nextSince: nextSince,
        hasMore: hasMore,
        epoch: epoch as String?,
      );
    }
    throw const FormatException('no page of changes');
  }

  /// Oldest change first.
  final List<ServerEntry> entries;

  /// The cursor of the next page, or of the next pull.
  final String nextSince;

  /// Whether there is a next page now.
  final bool hasMore;

  /// The state of the server's database.
  final String? epoch;
}
