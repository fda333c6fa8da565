import 'package:weight_sync/features/health_tracking/data/local/identity.dart';
import 'package:weight_sync/features/health_tracking/data/services/changes_page.dart';
import 'package:weight_sync/features/health_tracking/data/services/server_entry.dart';
import 'package:weight_sync/weight_sync.dart';

/// A fixed start time plus [seconds].
DateTime at(int seconds) => DateTime.utc(2026, 3).add(Duration(seconds: seconds));

/// A version of [kilograms] measured on [day], edited [edited] seconds after the start.
EntryVersion weighing(double kilograms, {int day = 1, int edited = 0}) =>
    EntryVersion(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, day), editedAt: at(edited));

/// The server's version of an entry, stamped [stamp] seconds after the start.
ServerEntry serverEntry(String id, EntryVersion version, int stamp, {Identity? origin}) =>
    ServerEntry(id: id, version: version, updatedAt: at(stamp), origin: origin);

/// A page of changes.
ChangesPage page(List<ServerEntry> entries, {bool hasMore = false, String since = 'c', String epoch = 'e1'}) =>
    ChangesPage(entries: entries, nextSince: since, hasMore: hasMore, epoch: epoch);
