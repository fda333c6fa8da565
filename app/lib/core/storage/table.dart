/// Rows of one kind by key, in memory; changes are noted until they are durable.
final class Table<V extends Object> {
  /// Rows that are written by [encode] and read by [decode].
  Table(this.name, {required this.encode, required this.decode});

  /// Names the table in the journal.
  final String name;

  /// A row as JSON.
  final Object? Function(V row) encode;

  /// A row from JSON; the key is not in it.
  final V Function(String key, Object? json) decode;

  final _rows = <String, V>{};
  final _before = <String, V?>{};

  /// The row of [key].
  V? operator [](String key) => _rows[key];

  /// Sets the row of [key].
  void operator []=(String key, V row) {
    _note(key);
    _rows[key] = row;
  }

  /// Removes the row of [key].
  void remove(String key) {
    if (!_rows.containsKey(key)) return;
    _note(key);
    _rows.remove(key);
  }

  void _note(String key) {
    if (!_before.containsKey(key)) _before[key] = _rows[key];
  }

  /// All rows, in the order in which their keys came.
  Iterable<V> get rows => _rows.values;

  /// All rows with their keys.
  Iterable<MapEntry<String, V>> get entries => _rows.entries;

  /// All rows as the journal has them.
  Iterable<MapEntry<String, Object?>> get encoded => _rows.entries.map((row) => MapEntry(row.key, encode(row.value)));

  /// How many rows there are.
  int get length => _rows.length;

  /// What was changed since the last [settle] or [revert], null for removed rows.
  Map<String, Object?> get changes => {
    for (final key in _before.keys)
      key: switch (_rows[key]) {
        final row? => encode(row),
        null => null,
      },
  };

  /// The changes are durable.
  void settle() => _before.clear();

  /// The changes could not be stored: everything is as before.
  void revert() {
    _before.forEach((key, row) {
      if (row == null) {
        _rows.remove(key);
      } else {
        _rows[key] = row;
      }
    });
    _before.clear();
  }

  /// Takes a patch that was read from the journal.
  void load(Map<String, Object?> patch) {
    patch.forEach((key, json) {
      if (json == null) {
        _rows.remove(key);
      } else {
        _rows[key] = decode(key, json);
      }
    });
  }
}
