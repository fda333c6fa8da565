import 'dart:async';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/presentation/command.dart';

void main() {
  late List<(bool, Exception?)> seen;
  late Command<Exception> command;

  setUp(() {
    seen = [];
    command = Command(
      (thrown) => thrown is Exception ? thrown : null,
      () => seen.add((command.isBusy, command.failure)),
    );
  });

  test('one action runs at a time', () async {
    final gate = Completer<int>();
    final first = command.run(() => gate.future);
    expect(await command.run(() async => 2), isNull);
    expect(await command.attempt(() async {}), isFalse);
    gate.complete(1);
    expect(await first, 1);
    expect(await command.attempt(() async {}), isTrue);
    expect(seen, [(true, null), (false, null), (true, null), (false, null)]);
  });

  test('a failure is kept until the next action, or until it is forgotten', () async {
    const failure = FormatException();
    expect(await command.attempt(() => throw failure), isFalse);
    expect(seen, [(true, null), (false, failure)]);
    expect(await command.run(() async => 1), 1);
    expect(command.failure, isNull);
    await command.attempt(() => throw failure);
    command.forget();
    expect(command.failure, isNull);
  });

  test('a bug is not hidden, and the next action runs', () async {
    await expectLater(command.run<void>(() => throw StateError('bug')), throwsStateError);
    expect((command.isBusy, command.failure), (false, null));
    expect(await command.run(() async => 1), 1);
  });
}
