import 'dart:convert';
import 'dart:math';

import 'package:crypto/crypto.dart';

import '../../../../core/state/slices.dart';
import '../../domain/measurement.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import 'identity.dart';

/// An entry of an export (docs/PROTOCOL.md, "Export"), of the server or of the app. [id] is the server's id, or this
/// device's key if the server did not have the entry.
typedef ExportedEntry = ({String id, Identity? origin, Measurement measurement});

const _format = 'weight-sync-export';

/// The export of [entries]; [idOf] and [originOf] return the id and the identity of an entry's key. Works in slices.
Future<String> writeExport(
  List<WeightEntry> entries, {
  required String Function(String key) idOf,
  required Identity Function(String key) originOf,
  required DateTime now,
}) async {
  final slices = Slices();
  final head = jsonEncode({'format': _format, 'version': 1, 'exported_at': now.toIso8601String()});
  final text = StringBuffer('${head.substring(0, head.length - 1)},"entries":[');
  for (final (index, entry) in entries.indexed) {
    final origin = originOf(entry.key);
    final line = jsonEncode({
      'local_id': idOf(entry.key),
      'weight_value': entry.weight.value,
      'unit': entry.weight.unit.code,
      'timestamp': entry.timestamp.toIso8601String(),
      'edited_at': entry.editedAt.toIso8601String(),
      'origin': {'device_id': origin.device, 'local_id': origin.local},
    });
    text.write(index == 0 ? '\n$line' : ',\n$line');
    await slices.pause();
  }
  text.write('\n]}\n');
  return text.toString();
}

/// Reads an export, without its deletions; null for an entry that this version cannot read. Throws a [FormatException]
/// for anything else. Works in slices.
Future<List<ExportedEntry?>> readExport(String text) async {
  final slices = Slices();
  if (await _decode(text, slices) case {'format': _format, 'version': 1, 'entries': final List<Object?> entries}) {
    final read = <ExportedEntry?>[];
    for (final entry in entries) {
      if (entry case {'deleted': true}) continue;
      read.add(_read(entry));
      await slices.pause();
    }
    return read;
  }
  throw const FormatException('not an export of weight-sync');
}

/// Characters of JSON that are read at once.
const _piece = 32 << 10;

Future<Object?> _decode(String text, Slices slices) async {
  Object? json;
  final pieces = const JsonDecoder().startChunkedConversion(
    ChunkedConversionSink.withCallback((values) => json = values.single),
  );
  for (var at = 0; at < text.length; at += _piece) {
    pieces.add(text.substring(at, min(at + _piece, text.length)));
    await slices.pause();
  }
  pieces.close();
  return json;
}

ExportedEntry? _read(Object? json) {
  if (json case {
    'local_id': final String id,
    'weight_value': final num value,
    'unit': final String unit,
    'timestamp': final String timestamp,
  }) {
    final (knownUnit, time) = (WeightUnit.of(unit), DateTime.tryParse(timestamp));
    if (knownUnit == null || time == null) return null;
    return (
      id: id,
      origin: switch (json['origin']) {
        {'device_id': final String device, 'local_id': final String local} => (device: device, local: local),
        _ => null,
      },
      measurement: (weight: Weight(value.toDouble(), knownUnit), timestamp: time.toUtc()),
    );
  }
  return null;
}

/// The identity of an entry that is imported: the same each time and on every device, so that neither a second import nor
/// one on another device doubles it, although it was edited meanwhile (docs/PROTOCOL.md, "Export"). An id that the server
/// would not take is replaced by its hash.
Identity identityOfImported(ExportedEntry entry) =>
    (device: 'import', local: _localId.hasMatch(entry.id) ? entry.id : '${sha256.convert(utf8.encode(entry.id))}');

final _localId = RegExp(r'^[A-Za-z0-9._:-]{1,64}$');
