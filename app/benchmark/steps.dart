import 'dart:async';
import 'dart:ffi';
import 'dart:io';

/// Runs [action] and prints how long it took, and its longest step: the longest time between two turns of the event
/// loop, in which no frame is drawn. Both also in processor time of this thread, which other processes change less.
Future<void> printSteps(String name, Future<void> Function() action) async {
  final watch = Stopwatch()..start();
  final steps = <({Duration wall, Duration processor})>[];
  var (wall, processor, isOver) = (watch.elapsed, processorTime(), false);
  void turn() {
    final (wallNow, processorNow) = (watch.elapsed, processorTime());
    final step = (wall: wallNow - wall, processor: processorNow - processor);
    // A shorter one only waits for the disk.
    if (step.processor > const Duration(microseconds: 100)) steps.add(step);
    (wall, processor) = (wallNow, processorNow);
    if (!isOver) Timer.run(turn);
  }

  turn();
  await action();
  isOver = true;
  turn();
  final all = steps.fold(Duration.zero, (sum, step) => sum + step.processor);
  final longest = steps.map((step) => step.processor).reduce(_longer);
  stdout
    ..write('  $name: ${_text(watch.elapsed)}, longest step ${_text(steps.map((step) => step.wall).reduce(_longer))}; ')
    ..write('of processor time ${_text(all)}, longest step ${_text(longest)}, ')
    ..writeln('over 16 ms: ${steps.where((step) => step.processor.inMilliseconds >= 16).length}');
}

Duration _longer(Duration a, Duration b) => a > b ? a : b;

String _text(Duration duration) => '${(duration.inMicroseconds / 1000).toStringAsFixed(1)} ms';

/// The processor time of this thread; zero on other systems than Linux.
Duration processorTime() {
  if (!Platform.isLinux) return Duration.zero;
  _clockGettime(_threadClock, _time);
  return Duration(seconds: _time[0], microseconds: _time[1] ~/ 1000);
}

// CLOCK_THREAD_CPUTIME_ID, and a `struct timespec`.
const _threadClock = 3;
final _time = DynamicLibrary.process().lookupFunction<Pointer<Int64> Function(Size), Pointer<Int64> Function(int)>(
  'malloc',
)(16);
final _clockGettime = DynamicLibrary.process()
    .lookupFunction<Int Function(Int, Pointer<Int64>), int Function(int, Pointer<Int64>)>('clock_gettime');
