import 'dart:async';
import 'dart:io';

/// Runs [action] and prints how long it took, and its longest step: the longest time between two turns of the event
/// loop, in which no frame is drawn. Both also in processor time of this thread, which other processes do not change.
Future<void> printSteps(String name, Future<void> Function() action) async {
  final watch = Stopwatch()..start();
  final steps = <({Duration wall, Duration processor})>[];
  var (wall, processor) = (watch.elapsed, processorTime());
  void note() {
    steps.add((processor: processorTime() - processor, wall: watch.elapsed - wall));
    // Noting costs time itself.
    (wall, processor) = (watch.elapsed, processorTime());
  }

  late Timer timer;
  void turn() {
    note();
    timer = Timer(const Duration(milliseconds: 1), turn);
  }

  timer = Timer(const Duration(milliseconds: 1), turn);
  await action();
  note();
  timer.cancel();
  final all = steps.fold(Duration.zero, (sum, step) => sum + step.processor);
  final longest = steps.map((step) => step.processor).reduce(_longer);
  stdout
    ..write('  $name: ${_text(watch.elapsed)}, longest step ${_text(steps.map((step) => step.wall).reduce(_longer))}; ')
    ..write('of processor time ${_text(all)}, longest step ${_text(longest)}, ')
    ..writeln('over 16 ms: ${steps.where((step) => step.processor.inMilliseconds >= 16).length}');
}

Duration _longer(Duration a, Duration b) => a > b ? a : b;

String _text(Duration duration) => '${(duration.inMicroseconds / 1000).toStringAsFixed(1)} ms';

/// The processor time of this thread, which other processes do not change; zero where the system does not say.
Duration processorTime() {
  final file = File('/proc/thread-self/schedstat');
  if (!file.existsSync()) return Duration.zero;
  return Duration(microseconds: int.parse(file.readAsStringSync().split(' ').first) ~/ 1000);
}
