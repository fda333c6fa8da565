import 'package:meta/meta.dart';

import '../../domain/entry_version.dart';
import '../../domain/live_totals.dart';
import 'identity.dart';

/// The server's version of an entry, as far as known. Later edits on this device are in the outbox.
@immutable
final class Record {
  /// The server's [version], stamped [updatedAt].
  Record({
    required this.serverId,
    required this.version,
    required this.updatedAt,
    required this.origin,
    this.pull = 0,
    this.offer = 0,
  });

  /// The server's id.
  final String serverId;

  /// The content. Deletions are kept for a while, to be offered again if the server is restored.
  final EntryVersion version;

  /// The server's `updated_at`.
  final DateTime updatedAt;

  /// The identity that the creating device gave the entry; null if it gave none.
  final Identity? origin;

  /// The number of the last full pull that listed it.
  final int pull;

  /// The number of the restore after which it was offered; 0 if the server has listed it since.
  final int offer;

  /// Whether it was offered after a restore. The server may then not know [serverId], and the entry is created again.
  bool get isOffered => offer > 0;

  /// Its part of the server's [LiveTotals].
  late final LiveTotals live = LiveTotals.of(serverId, version);

  /// The identity for creating the entry again. It is the same on every device, so the entry is created once.
  Identity get revivedAs => origin ?? (device: '', local: serverId);

  /// A copy with some fields replaced.
  Record copyWith({EntryVersion? version, int? pull, int? offer}) => Record(
    serverId: serverId,
    version: version ?? this.version,
    updatedAt: updatedAt,
    origin: origin,
    pull: pull ?? this.pull,
    offer: offer ?? this.offer,
  );
}
