import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/limits_repository.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/stored_preferences.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/scripted_answer.dart';
import '../../../support/scripted_server.dart';

void main() {
  late ScriptedServer server;
  late String path;

  setUp(() async {
    server = await ScriptedServer.start();
    path = temporary('limits.json');
  });

  LimitsRepository repository() => LimitsRepository(ApiClient(server.url, serverClock: ServerClock()), path);

  test('the server\'s limits apply, survive a restart, and are fetched once', () async {
    server.answer = (_) => const ScriptedAnswer(200, {
      'version': '9.9',
      'weight_value': {
        'decimals': 2,
        'units': {
          'kg': {'min': 1, 'max': 300.5},
          'stone_age': {'min': 1, 'max': 2},
        },
      },
      'bulk': {'max_entries': 50},
      'account': {'password_min_characters': 14, 'registration_open': false},
    });
    final limits = repository();
    await limits.refresh();
    await limits.refresh();
    expect(server.asked, hasLength(1));
    final again = repository().limits.value;
    for (final known in [limits.limits.value, again]) {
      expect(known.ranges[WeightUnit.kg], const WeightRange(100, 30050));
      expect(known.ranges[WeightUnit.lb], const ServerLimits().ranges[WeightUnit.lb]);
      expect((known.batchEntries, known.passwordShortest, known.isRegistrationOpen), (50, 14, false));
      expect((known.pageEntries, known.serverVersion), (250, '9.9'));
    }
  });

  test('a server without limits leaves the defaults, and a failing one is asked again', () async {
    final limits = repository();
    await limits.refresh();
    expect(limits.limits.value.batchEntries, 100);

    server.answer = (_) => const ScriptedAnswer(503, {'code': 'x'});
    final away = repository();
    await expectLater(away.refresh(), throwsA(isA<ApiFailure>()));
    await expectLater(away.refresh(), throwsA(isA<ApiFailure>()));
    expect(server.asked, hasLength(3));
  });

  test('a file that is not JSON counts as none', () {
    File(path).writeAsStringSync('{"bulk":');
    expect(repository().limits.value.batchEntries, 100);
  });

  test('both ends of a range are accepted', () {
    const limits = ServerLimits();
    final now = DateTime.utc(2026, 5);
    List<String> check(double value, WeightUnit unit, DateTime time) => [
      for (final problem in limits.check(Weight(value, unit), time, now: now)) problem.field,
    ];
    expect(check(0.1, WeightUnit.kg, now), isEmpty);
    expect(check(1000, WeightUnit.kg, now.add(const Duration(hours: 24))), isEmpty);
    expect(check(0.09, WeightUnit.kg, DateTime.utc(1900)), ['weight_value']);
    expect(check(157.48, WeightUnit.st, DateTime.utc(1899, 12, 31)), ['weight_value', 'timestamp']);
    expect(check(2204.62, WeightUnit.lb, now.add(const Duration(hours: 25))), ['timestamp']);
  });

  test('the unit survives a restart', () async {
    await StoredPreferences(path).setUnit(WeightUnit.st);
    expect(StoredPreferences(path).unit.value, WeightUnit.st);
    File(path).writeAsStringSync('nonsense');
    expect(StoredPreferences(path).unit.value, WeightUnit.kg);
  });

  test('of two changes in quick succession the later one wins', () async {
    final preferences = StoredPreferences(path);
    await Future.wait([preferences.setUnit(WeightUnit.st), preferences.setUnit(WeightUnit.lb)]);
    expect((preferences.unit.value, StoredPreferences(path).unit.value), (WeightUnit.lb, WeightUnit.lb));
  });

  test('concurrent fetches of the limits send one request', () async {
    server.answer = (_) => const ScriptedAnswer(200, {
      'bulk': {'max_entries': 50},
    });
    final limits = repository();
    await Future.wait([limits.refresh(), limits.refresh()]);
    expect((server.asked.length, repository().limits.value.batchEntries), (1, 50));
  });
}
