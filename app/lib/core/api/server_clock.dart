import 'package:clock/clock.dart';

/// Estimates the server's time from its responses. The device's own clock may be hours off.
final class ServerClock {
  /// Starts with the [offset] stored by an earlier run.
  ServerClock([this.offset = Duration.zero]);

  /// How far the server's clock is ahead of the device's.
  Duration offset;

  bool _isObserved = false;

  /// Updates [offset] from the `Date` of a response.
  void observe(DateTime serverTime) {
    offset = serverTime.difference(clock.now());
    _isObserved = true;
  }

  /// [now], or the device's time if the server was not heard in this run of the app: the clock may have been corrected
  /// since [offset] was stored.
  DateTime best() => _isObserved ? now() : clock.now().toUtc();

  /// The server's current time, in UTC.
  DateTime now() => clock.now().toUtc().add(offset);
}
