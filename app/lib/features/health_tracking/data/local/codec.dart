import '../../../../core/api/field_problem.dart';
import '../../domain/conflict_reason.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_unit.dart';
import 'identity.dart';
import 'outbox_line.dart';
import 'record.dart';

// The JSON of rows in the journal. Names are short because there are thousands of rows, and are never reused for
// another meaning. Decoding throws on a row of a later version; the table then keeps the row unread.

typedef _Json = Map<String, Object?>;

int? _micros(DateTime? time) => time?.microsecondsSinceEpoch;

DateTime? _time(Object? micros) =>
    micros == null ? null : DateTime.fromMicrosecondsSinceEpoch(micros as int, isUtc: true);

Object? _identity(Identity? identity) => identity == null ? null : [identity.device, identity.local];

Identity? _identityOf(Object? json) => switch (json) {
  [final String device, final String local] => (device: device, local: local),
  _ => null,
};

_Json _version(EntryVersion version) => {
  'w': ?version.weight?.hundredths,
  'u': ?version.weight?.unit.code,
  't': ?_micros(version.timestamp),
  'e': _micros(version.editedAt),
};

EntryVersion _versionOf(_Json json) {
  final editedAt = _time(json['e'])!;
  if (json['u'] == null) return EntryVersion.deleted(editedAt: editedAt);
  final unit = WeightUnit.of(json['u']) ?? (throw FormatException('unknown unit ${json['u']}'));
  return EntryVersion(
    weight: Weight.hundredths(json['w']! as int, unit),
    timestamp: _time(json['t'])!,
    editedAt: editedAt,
  );
}

/// Converts a record to JSON.
Object? encodeRecord(Record record) => {
  ..._version(record.version),
  'i': record.serverId,
  's': _micros(record.updatedAt),
  'o': ?_identity(record.origin),
  if (record.pull != 0) 'p': record.pull,
  if (record.isOffered) 'f': record.offer,
};

/// Converts JSON to a record.
Record decodeRecord(String key, Object? json) {
  final row = json! as _Json;
  return Record(
    serverId: row['i']! as String,
    version: _versionOf(row),
    updatedAt: _time(row['s'])!,
    origin: _identityOf(row['o']),
    pull: row['p'] as int? ?? 0,
    offer: row['f'] as int? ?? 0,
  );
}

/// Converts an outbox line to JSON.
Object? encodeLine(OutboxLine line) => {
  ..._version(line.version),
  'k': line.key,
  'b': ?_micros(line.base),
  if (line.isSent) 's': true,
  if (line.isOffered) 'f': true,
  'r': ?_identity(line.revivedAs),
  if (line.problems.isNotEmpty)
    'x': [
      for (final problem in line.problems) [problem.field, problem.code, problem.message],
    ],
};

/// Converts JSON to an outbox line.
OutboxLine decodeLine(String number, Object? json) {
  final row = json! as _Json;
  return OutboxLine(
    number: int.parse(number),
    key: row['k']! as String,
    version: _versionOf(row),
    base: _time(row['b']),
    isSent: row['s'] == true,
    isOffered: row['f'] == true,
    revivedAs: _identityOf(row['r']),
    problems: [
      for (final problem in row['x'] as List<Object?>? ?? const [])
        if (problem case [final String field, final String code, final String message])
          FieldProblem(field, code, message),
    ],
  );
}

/// Converts a conflict to JSON.
Object? encodeConflict(WeightConflict conflict) => {
  'k': conflict.entryKey,
  'm': _version(conflict.mine),
  't': ?switch (conflict.theirs) {
    final theirs? => _version(theirs),
    null => null,
  },
  'w': conflict.mineWon,
  'r': conflict.reason.code,
  'n': _micros(conflict.noticedAt),
  's': ?_micros(conflict.standing),
};

/// Converts JSON to a conflict.
WeightConflict decodeConflict(String id, Object? json) {
  final row = json! as _Json;
  return WeightConflict(
    id: id,
    entryKey: row['k']! as String,
    mine: _versionOf(row['m']! as _Json),
    theirs: switch (row['t']) {
      final _Json theirs => _versionOf(theirs),
      _ => null,
    },
    mineWon: row['w'] == true,
    reason: ConflictReason.of(row['r']),
    noticedAt: _time(row['n'])!,
    standing: _time(row['s']),
  );
}
