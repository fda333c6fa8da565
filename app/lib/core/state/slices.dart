import 'package:meta/meta.dart';

/// Splits long work on the UI isolate into slices, between which frames can be drawn.
final class Slices {
  /// How long a slice lasts: short enough that a frame, of 16 ms, also has time for its own work and for the garbage
  /// collector.
  @visibleForTesting
  static Duration length = const Duration(milliseconds: 3);

  final _slice = Stopwatch()..start();

  /// Call after each small piece of work. Lets the event loop turn if the slice has lasted long enough.
  Future<void> pause() async {
    if (_slice.elapsed < length) return;
    await Future<void>.delayed(Duration.zero);
    _slice.reset();
  }
}
