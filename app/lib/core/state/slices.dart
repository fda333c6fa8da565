/// Splits long work on the UI isolate into slices, so that frames can be drawn in between: one lasts 16 ms.
final class Slices {
  static const _longest = Duration(milliseconds: 6);

  final _slice = Stopwatch()..start();

  /// Call after each small piece of work. Lets the event loop turn if the slice has lasted long enough.
  Future<void> pause() async {
    if (_slice.elapsed < _longest) return;
    await Future<void>.delayed(Duration.zero);
    _slice.reset();
  }
}
