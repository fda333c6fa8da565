import 'dart:io';
import 'dart:math';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/fault.dart';
import 'support/instance.dart';

/// A random sequence of actions on several devices, and what must hold afterwards.
final class _History {
  _History(this.seed, this.devices) : _random = Random(seed);

  final int seed;
  final List<Device> devices;
  final Random _random;
  final steps = <String>[];

  /// The last edit of each day on any device; null for a deletion.
  final last = <int, double?>{};

  /// Days whose conflict the user has answered since.
  final answered = <int>{};

  /// Number of days so far; each gets one new entry.
  int days = 0;

  static const _faults = [
    Fault.inRequest(Fault.upload, 300),
    Fault.inAnswer(Fault.upload),
    Fault.inAnswer(Fault.upload, bytes: 500),
    Fault.inAnswer(Fault.download, bytes: 400),
    Fault.corruptToken(Fault.upload),
  ];

  Future<void> step() async {
    final number = _random.nextInt(devices.length);
    final device = devices[number];
    final days = [for (final entry in device.entries) _dayOf(entry.timestamp)!];
    final day = days.isEmpty ? 0 : days[_random.nextInt(days.length)];
    final kilograms = (6000 + _random.nextInt(4000)) / 100;
    void note(String what) => steps.add('$number $what');
    switch (_random.nextInt(14)) {
      case 0 || 1:
        this.days++;
        note('adds ${this.days}');
        await device.add(kilograms, day: this.days);
        last[this.days] = kilograms;
      case 2 || 3 || 4 when day != 0:
        note('changes $day to $kilograms');
        await device.change(day, kilograms);
        last[day] = kilograms;
      case 5 when day != 0:
        note('deletes $day');
        await device.delete(day);
        last[day] = null;
      case 6:
        note('syncs with a fault');
        device.network.plan(_faults[_random.nextInt(_faults.length)]);
        await device.sync();
      case 9 || 10 when day != 0:
        final other = (6000 + _random.nextInt(4000)) / 100;
        // Another edit follows, and the answer to the first may be lost.
        note('changes $day, syncs with a fault, changes it to $kilograms');
        await device.change(day, other);
        last[day] = other;
        device.network.plan(_faults[_random.nextInt(_faults.length)]);
        await device.sync();
        if (device.on(day) == null) return;
        await device.change(day, kilograms);
        last[day] = kilograms;
      case 7:
        note('restarts');
        await device.relaunch();
      case 8 when device.conflicts.isNotEmpty:
        final answer = _random.nextBool() ? ConflictAnswer.keepMine : ConflictAnswer.keepTheirs;
        note('answers ${answer.name}');
        final conflict = device.conflicts.first;
        answered.addAll([?_dayOf(conflict.mine.timestamp), ?_dayOf(conflict.theirs?.timestamp)]);
        await device.run(() => device.app.weights.answer(conflict, answer));
      default:
        note('syncs');
        await device.sync();
    }
  }

  static int? _dayOf(DateTime? timestamp) => timestamp?.difference(DateTime.utc(2024, 1, 1, 7)).inDays;

  /// The last edit of each day is either listed, or shown by some device as one side of a conflict.
  void expectNothingLost() {
    final conflicts = [for (final device in devices) ...device.conflicts];
    final sides = [
      for (final conflict in conflicts) ...[conflict.mine, conflict.theirs],
    ].nonNulls;
    for (final MapEntry(key: day, value: kilograms) in last.entries) {
      if (answered.contains(day) || devices.first.on(day)?.weight.value == kilograms) continue;
      // A deletion has no day, so any deletion counts.
      final isShown = sides.any((side) => side.weight?.value == kilograms);
      expect(isShown, isTrue, reason: 'day $day was $kilograms, is ${devices.first.on(day)?.weight}');
    }
  }
}

void main() {
  late Instance instance;

  setUpAll(() async {
    instance = await Instance.start(settings: {'WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE': '100000'});
  });
  tearDownAll(() => instance.remove());

  final first = int.tryParse(Platform.environment['TEST_SEED'] ?? '') ?? 1;
  for (var seed = first; seed < first + 8; seed++) {
    test('three devices agree after random history $seed', () async {
      final devices = [
        await Device.at(instance.url),
        await Device.at(instance.url, clockAhead: const Duration(hours: 2)),
        await Device.at(instance.url, clockAhead: -const Duration(minutes: 20)),
      ];
      final account = await Account.register(devices.first, instance.url);
      await account.signIn(devices[1]);
      await account.signIn(devices[2]);
      final history = _History(seed, devices);
      try {
        for (var count = 0; count < 60; count++) {
          await history.step();
        }
        // Faults that were planned but have not happened yet may happen now.
        for (final device in [...devices, ...devices]) {
          for (var tries = 0; tries < 9 && (device.status is! SyncIdle || tries == 0); tries++) {
            await device.sync();
          }
        }
        for (final device in [...devices, ...devices]) {
          await device.syncFully();
        }
        final count = await account.expectSame(devices);
        final shown = {for (final entry in devices.first.entries) entry.timestamp};
        expect(shown, hasLength(count), reason: 'no entry is listed twice');
        history.expectNothingLost();
      } on TestFailure {
        stdout.writeln('history $seed:\n${history.steps.join('\n')}');
        rethrow;
      }
    }, timeout: const Timeout(Duration(minutes: 10)));
  }
}
