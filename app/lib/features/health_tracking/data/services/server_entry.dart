import 'package:meta/meta.dart';

import '../../domain/entry_version.dart';
import '../../domain/weight.dart';
import '../../domain/weight_unit.dart';
import '../local/identity.dart';

/// An entry as the sync routes return it.
@immutable
final class ServerEntry {
  /// A [version] of the entry [id], stamped [updatedAt].
  const ServerEntry({required this.id, required this.version, required this.updatedAt, this.origin});

  /// Parses an entry. Throws a [FormatException] if it is not one.
  factory ServerEntry.fromJson(Object? json) {
    if (json case {
      'id': final String id,
      'weight_value': final num value,
      'unit': final String unit,
      'timestamp': final String timestamp,
      'updated_at': final String updatedAt,
      'edited_at': final String editedAt,
    }) {
      final knownUnit = WeightUnit.of(unit);
      if (knownUnit == null) throw FormatException('unknown unit $unit');
      final edited = DateTime.parse(editedAt).toUtc();
      final local = json['local_id'];
      return ServerEntry(
        id: id,
        version: json['deleted_at'] != null
            ? EntryVersion.deleted(editedAt: edited)
            : EntryVersion(
                weight: Weight(value.toDouble(), knownUnit),
                timestamp: DateTime.parse(timestamp).toUtc(),
                editedAt: edited,
              ),
        updatedAt: DateTime.parse(updatedAt).toUtc(),
        origin: local is String ? (device: json['device_id'] as String? ?? '', local: local) : null,
      );
    }
    throw const FormatException('not an entry');
  }

  /// The server's id.
  final String id;

  /// The content.
  final EntryVersion version;

  /// The server's `updated_at`.
  final DateTime updatedAt;

  /// The identity that the creating device gave the entry.
  final Identity? origin;
}
