import 'package:clock/clock.dart';

/// What time it is for the server, as far as its answers told. The device's own clock may be hours off.
final class ServerClock {
  /// Starts with what was known at the end of an earlier run.
  ServerClock([this.offset = Duration.zero]);

  /// How far the server is ahead of this device.
  Duration offset;

  /// An answer says it is [serverTime] now.
  void observe(DateTime serverTime) => offset = serverTime.difference(clock.now());

  /// The server's time.
  DateTime now() => clock.now().toUtc().add(offset);
}
