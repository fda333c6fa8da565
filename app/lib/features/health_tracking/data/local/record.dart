import 'package:meta/meta.dart';

import '../../domain/entry_version.dart';
import 'identity.dart';

/// What the server is known to hold of an entry. What a person did since stands in the outbox.
@immutable
final class Record {
  /// The server's version [version], stamped [updatedAt].
  const Record({
    required this.serverId,
    required this.version,
    required this.updatedAt,
    required this.origin,
    this.pull = 0,
    this.isOffered = false,
  });

  /// The server's id.
  final String serverId;

  /// What it says; a deletion is kept for a while, to be offered again after a restore of the server.
  final EntryVersion version;

  /// The server's stamp.
  final DateTime updatedAt;

  /// Who made the entry, under which name; null where it was made without one.
  final Identity? origin;

  /// The number of the full pull that has last shown it.
  final int pull;

  /// Whether it was offered after a restore: then the server may not know [serverId], and the entry is made anew.
  final bool isOffered;

  /// Under which name it is made anew: every device takes the same, so that it is made once.
  Identity get revivedAs => origin ?? (device: '', local: serverId);

  /// A copy with some parts replaced.
  Record copyWith({EntryVersion? version, int? pull, bool? isOffered}) => Record(
    serverId: serverId,
    version: version ?? this.version,
    updatedAt: updatedAt,
    origin: origin,
    pull: pull ?? this.pull,
    isOffered: isOffered ?? this.isOffered,
  );
}
