import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/domain/conflict_strategy.dart';
import 'package:weight_sync/features/health_tracking/domain/who_wins.dart';
import 'package:weight_sync/weight_sync.dart';

typedef _Json = Map<String, Object?>;

DateTime? _time(Object? text) => text == null ? null : DateTime.parse(text as String);

EntryVersion _version(_Json json, DateTime editedAt) => json['deleted'] == true
    ? EntryVersion.deleted(editedAt: editedAt)
    : EntryVersion(
        weight: Weight((json['weight_value']! as num).toDouble(), WeightUnit.of(json['unit'])!),
        timestamp: _time(json['timestamp'])!,
        editedAt: editedAt,
      );

/// The part of the expected answer that the rule decides.
_Json _expected(_Json expect) => {
  'applied': expect['status'] == 'updated' || expect['status'] == 'deleted',
  'resolution': expect['resolution'],
  'reason': expect['reason'],
};

void main() {
  final text = File('../tests/who_wins.json').readAsStringSync();
  final cases = ((jsonDecode(text) as _Json)['cases']! as List<Object?>).cast<_Json>();

  test('the server\'s cases are found', () => expect(cases.length, greaterThan(100)));

  for (final given in cases.where((given) => given['stored'] != null)) {
    test(given['name']! as String, () {
      final stored = given['stored']! as _Json;
      final incoming = given['incoming']! as _Json;
      final now = _time(given['now'])!;
      final editedAt = _time(incoming['edited_at']);
      final verdict = whoWins(
        stored: _version(stored, _time(stored['edited_at'])!),
        storedUpdatedAt: _time(stored['updated_at'])!,
        incoming: _version(incoming, editedAt ?? now),
        editedAt: editedAt,
        base: _time(incoming['base_updated_at']),
        now: now,
        strategy: ConflictStrategy.values.firstWhere((strategy) => strategy.code == given['strategy']),
        isBulk: given['bulk']! as bool,
      );
      final judged = {'applied': verdict.isApplied, 'resolution': verdict.resolution, 'reason': verdict.reason?.code};
      expect(judged, _expected(given['expect']! as _Json));
    });
  }
}
