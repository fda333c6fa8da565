import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/storage/stored_text.dart';
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

  Future<LimitsRepository> repository() async =>
      LimitsRepository(ApiClient(server.url, serverClock: ServerClock()), await StoredText.load(path));

  Future<StoredPreferences> stored() async => StoredPreferences(await StoredText.load(path));

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
      'account': {'password_min_characters': 14, 'registration_open': false, 'mail_configured': true},
    });
    final limits = await repository();
    await limits.refresh();
    await limits.refresh();
    expect(server.asked, hasLength(1));
    final again = (await repository()).limits.value;
    for (final known in [limits.limits.value, again]) {
      expect(known.ranges[WeightUnit.kg], const WeightRange(100, 30050));
      expect(known.ranges[WeightUnit.lb], const ServerLimits().ranges[WeightUnit.lb]);
      expect((known.batchEntries, known.passwordShortest, known.isRegistrationOpen), (50, 14, false));
      expect((known.pageEntries, known.serverVersion, known.sendsMail), (250, '9.9', true));
    }
  });

  test('a server without limits leaves the defaults, and a failing one is asked again', () async {
    final limits = await repository();
    await limits.refresh();
    expect(limits.limits.value.batchEntries, 100);

    server.answer = (_) => const ScriptedAnswer(503, {'code': 'x'});
    final away = await repository();
    await expectLater(away.refresh(), throwsA(isA<ApiFailure>()));
    await expectLater(away.refresh(), throwsA(isA<ApiFailure>()));
    expect(server.asked, hasLength(3));
  });

  test('a file that is not JSON counts as none', () async {
    File(path).writeAsStringSync('{"bulk":');
    expect((await repository()).limits.value.batchEntries, 100);
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
    await (await stored()).setUnit(WeightUnit.st);
    expect((await stored()).unit.value, WeightUnit.st);
    File(path).writeAsStringSync('nonsense');
    expect((await stored()).unit.value, WeightUnit.kg);
  });

  test('of two changes in quick succession the later one wins', () async {
    final preferences = await stored();
    await Future.wait([preferences.setUnit(WeightUnit.st), preferences.setUnit(WeightUnit.lb)]);
    expect((preferences.unit.value, (await stored()).unit.value), (WeightUnit.lb, WeightUnit.lb));
  });

  test('concurrent fetches of the limits send one request', () async {
    server.answer = (_) => const ScriptedAnswer(200, {
      'bulk': {'max_entries': 50},
    });
    final limits = await repository();
    await Future.wait([limits.refresh(), limits.refresh()]);
    expect((server.asked.length, (await repository()).limits.value.batchEntries), (1, 50));
  });
}
