import '../../domain/server_limits.dart';
import '../../domain/weight.dart';
import '../../domain/weight_range.dart';
import '../../domain/weight_unit.dart';

/// Parses the response of `GET /api/limits`. Missing or malformed members get their defaults.
ServerLimits readServerLimits(Map<String, Object?> json) {
  const defaults = ServerLimits();
  final bulk = _object(json['bulk']);
  final account = _object(json['account']);
  final ahead = _object(json['timestamp'])['max_ahead_seconds'];
  return ServerLimits(
    ranges: {...defaults.ranges, ..._ranges(_object(_object(json['weight_value'])['units']))},
    timestampsAhead: ahead is int ? Duration(seconds: ahead) : defaults.timestampsAhead,
    batchEntries: _number(bulk['max_entries'], defaults.batchEntries),
    pageEntries: _number(_object(json['page'])['max'], defaults.pageEntries),
    passwordShortest: _number(account['password_min_characters'], defaults.passwordShortest),
    passwordLongest: _number(account['password_max_characters'], defaults.passwordLongest),
    isRegistrationOpen: account['registration_open'] != false,
    sendsMail: account['mail_configured'] == true,
    googleClientIds: [if (account['google_client_ids'] case final List<Object?> ids) ...ids.whereType<String>()],
    serverVersion: switch (json['version']) {
      final String version => version,
      _ => null,
    },
  );
}

Map<String, Object?> _object(Object? json) => json is Map<String, Object?> ? json : const {};

int _number(Object? json, int otherwise) => json is int && json > 0 ? json : otherwise;

Map<WeightUnit, WeightRange> _ranges(Map<String, Object?> units) => {
  for (final MapEntry(:key, :value) in units.entries)
    if ((WeightUnit.of(key), value) case (final unit?, {'min': final num least, 'max': final num most}))
      unit: WeightRange(Weight(least.toDouble(), unit).hundredths, Weight(most.toDouble(), unit).hundredths),
};
