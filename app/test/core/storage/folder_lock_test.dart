import 'dart:io';
import 'dart:isolate';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/core/storage/folder_lock.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/folder.dart';

Future<String> _tryIn(String folder) async {
  try {
    await (await FolderLock.take(folder)).release();
    return 'taken';
  } on FolderInUse {
    return 'in use';
  }
}

Future<void> _takeAndDie((String folder, SendPort taken) message) async {
  await FolderLock.take(message.$1);
  Isolate.exit(message.$2, true);
}

void main() {
  test('a locked folder stays locked until its isolate releases it', () async {
    final folder = temporary();
    final lock = await FolderLock.take(folder);
    for (var tries = 0; tries < 30; tries++) {
      expect(await _tryIn(folder), 'in use');
      expect(await Isolate.run(() => _tryIn(folder)), 'in use');
    }
    await lock.release();
    expect(await Isolate.run(() => _tryIn(folder)), 'taken');
    expect(await _tryIn(folder), 'taken');
  });

  test('an isolate that exits releases its lock', () async {
    final folder = temporary();
    final taken = ReceivePort();
    final isolate = await Isolate.spawn(_takeAndDie, (folder, taken.sendPort), paused: true);
    final ended = ReceivePort();
    isolate
      ..addOnExitListener(ended.sendPort)
      ..resume(isolate.pauseCapability!);
    expect(await taken.first, isTrue);
    await ended.first;
    // The lock is released shortly after the exit event.
    while (await _tryIn(folder) == 'in use') {
      await Future<void>.delayed(const Duration(milliseconds: 20));
    }
  });

  test('another process cannot lock the folder', () async {
    final folder = temporary();
    final lock = await FolderLock.take(folder);
    final other = await Process.run('flock', ['--nonblock', folder, 'true']);
    expect(other.exitCode, 1);
    await lock.release();
    expect((await Process.run('flock', ['--nonblock', folder, 'true'])).exitCode, 0);
  }, skip: Platform.isLinux ? null : 'needs flock of util-linux');

  test('a folder that cannot be written to is a StorageFailure', () async {
    final file = File(temporary('file'))..writeAsStringSync('no folder');
    await expectLater(FolderLock.take(path.join(file.path, 'below')), throwsA(isA<StorageFailure>()));
    final server = Uri.parse('http://127.0.0.1:9');
    await expectLater(
      WeightSync.open(server: server, folder: GivenDataFolder(path.join(file.path, 'below'))),
      throwsA(isA<StorageFailure>()),
    );
  });

  test('a failed open releases the lock', () async {
    final folder = temporary();
    final server = Uri.parse('http://example.org');
    await expectLater(WeightSync.open(server: server, folder: GivenDataFolder(folder)), throwsArgumentError);
    expect(await _tryIn(folder), 'taken');
  });
}
