import 'dart:async';
import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/sync/event_log.dart';
import 'package:weight_sync/core/sync/log_file.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/folder.dart';

void main() {
  test('the events of the last run are there after a restart, with the trace of a bug', () async {
    final path = temporary('events.log');
    final before = (await EventLog.open(LogFile(path)))
      ..add('first')
      ..add('failed', error: StateError('x'), stackTrace: StackTrace.fromString('#0 a\n#1 b\n'));
    await before.close();
    final lines = ((await EventLog.open(LogFile(path)))..add('third')).lines.toList();
    expect(lines, [endsWith('Z first'), endsWith('Z failed'), '  #0 a', '  #1 b', endsWith('Z third')]);
  });

  test('the log stays within its size, and the newest lines are kept', () async {
    final path = temporary('events.log');
    final file = LogFile(path, maxBytes: 1000);
    for (var i = 0; i < 500; i++) {
      file.add('line $i');
    }
    await file.close();
    for (final name in [path, '$path.old']) {
      expect(File(name).lengthSync(), inInclusiveRange(1, 1000));
    }
    expect(await LogFile(path).lastLines(60), [for (var i = 440; i < 500; i++) 'line $i']);
  });

  test('a log that cannot be written or read disturbs nothing', () async {
    final folder = temporary();
    Directory('$folder/events.log').createSync();
    final log = (await EventLog.open(LogFile('$folder/events.log')))..add('one');
    await log.close();
    expect(log.lines, hasLength(1));
    File('$folder/torn.log').writeAsBytesSync([0x6f, 0x6b, 0x0a, 0xff]);
    expect((await LogFile('$folder/torn.log').lastLines(9)).first, 'ok');
  });

  test('the app\'s log receives each event, and its failure does not stop sync', () {
    final heard = <WeightSyncEvent>[];
    final failures = <Object>[];
    final now = DateTime.utc(2026, 3, 4);
    runZonedGuarded(() {
      withClock(Clock.fixed(now), () {
        EventLog(
            onEvent: (event) {
              heard.add(event);
              throw StateError('full');
            },
          )
          ..add('run')
          ..add('failed', error: ArgumentError('y'), stackTrace: StackTrace.empty);
      });
    }, (thrown, _) => failures.add(thrown));
    expect([for (final event in heard) (event.time, event.message)], [(now, 'run'), (now, 'failed')]);
    expect(heard.last.error, isArgumentError);
    expect(failures, hasLength(2));
  });

  test('the report of a new start tells of the one before', () async {
    final folder = temporary();
    final server = Uri.parse('https://127.0.0.1:1');
    final heard = <String>[];
    final first = await WeightSync.open(
      server: server,
      folder: GivenDataFolder(folder),
      onEvent: (event) => heard.add('$event'),
    );
    await first.close();
    expect(heard, isNotEmpty);
    final second = await WeightSync.open(server: server, folder: GivenDataFolder(folder));
    addTearDown(second.close);
    expect(second.sync.report(), contains(heard.first));
  });
}
