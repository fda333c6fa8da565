import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/state/slices.dart';
import '../../domain/adoption_offer.dart';
import '../../domain/entry_version.dart';
import '../../domain/measurement.dart';
import '../../domain/weight_entry.dart';
import 'import_merge.dart';
import 'measurements.dart';
import 'outbox.dart';
import 'weight_store.dart';

/// Adds the weights of one store, recorded without an account, to the store of the signed-in user.
///
/// Every step can be repeated: an entry keeps its key and its identity, so that one which arrived is recognised. The
/// user's store notes that the adoption has begun, so that the next start finishes it.
final class Adoption {
  /// Moves the weights of [_from] to [_into] when it is its turn in [_turns]; [_eraseSource] then deletes [_from] from the
  /// device. [wasOthers] if they were in another account.
  Adoption(this._from, this._into, this._turns, this._eraseSource, {required bool wasOthers}) : _wasOthers = wasOthers;

  final WeightStore _from;
  final WeightStore _into;
  final OneAtATime _turns;
  final Future<void> Function(WeightStore source) _eraseSource;
  final bool _wasOthers;

  bool _isDone = false;

  /// Entries added in one change: few enough not to delay a frame.
  static const _slice = 250;

  /// How many of the weights the account lacks, and the account's entries for which that was counted.
  ({int lacking, List<WeightEntry> of})? _counted;

  /// What the user can decide about; null if there is nothing.
  AdoptionOffer? get offer {
    final count = _counted?.lacking ?? _from.listEntries().length;
    if (_isDone || isBegun || count == 0) return null;
    return AdoptionOffer(
      count: count,
      needsAnswer: _counted != null && _into.isPulled && !isSilent && _into.declined != _state,
      waitsForAccount: _counted == null,
    );
  }

  /// Whether an earlier run was interrupted.
  bool get isBegun => _into.adopting == _from.device;

  /// Whether nobody need be asked: the account is known to be empty or to have them all, and the weights were never in
  /// another account.
  bool get isSilent {
    if (_isDone || isBegun || _wasOthers || !_into.isPulled || _into.declined != null) return false;
    return _from.listEntries().isNotEmpty && (_into.listEntries().isEmpty || _counted?.lacking == 0);
  }

  /// Counts what the account lacks, once it is loaded. Works in slices.
  Future<void> count() async {
    final entries = _into.listEntries();
    if (!_into.isPulled || identical(_counted?.of, entries)) return;
    final measured = await measurementsOf(entries);
    final slices = Slices();
    var lacking = 0;
    for (final entry in _from.listEntries()) {
      if (!_has(entry, measured)) lacking++;
      await slices.pause();
    }
    _counted = (lacking: lacking, of: entries);
  }

  /// Whether the account, with the weights [measured], has [entry].
  bool _has(WeightEntry entry, Set<Measurement> measured) =>
      _into.shown(entry.key) != null ||
      _into.keyOfIdentity(_from.identityOf(entry.key)) != null ||
      measured.contains(measurementOf(entry));

  /// Names the weights as they are now: further ones change it.
  String get _state => '${_from.device} ${_from.lines.lastNumber}';

  /// Keeps the weights apart. They are offered again when there are more.
  Future<void> decline() => _into.change(() => _into.declined = _state);

  /// Adds the weights to the account, except those that the account has.
  Future<void> run() => _turns.run(go);

  /// Like [run], for the caller whose turn it is.
  Future<void> go() async {
    if (_isDone) return;
    await _into.change(() => _into.adopting = _from.device);
    final entries = _from.listEntries();
    final measured = await measurementsOf(_into.listEntries());
    for (var start = 0; start < entries.length; start += _slice) {
      await _into.change(() {
        for (final entry in entries.skip(start).take(_slice)) {
          if (_has(entry, measured)) continue;
          final version = EntryVersion(weight: entry.weight, timestamp: entry.timestamp, editedAt: entry.editedAt);
          _into.putAs(_from.identityOf(entry.key), entry.key, version);
        }
      });
      // A frame may be drawn between two slices.
      await Future<void>.delayed(Duration.zero);
    }
    _isDone = true;
    await _eraseSource(_from);
    await _into.change(() => _into.adopting = null);
  }
}
