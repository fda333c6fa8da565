<?php
declare(strict_types=1);

namespace Bench\App\Action;

use Bench\App\EntryRepository;
use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class PullChanges implements Handler
{
    public function __construct(private EntryRepository $entries)
    {
    }

    public function handle(Request $request): Response
    {
        $query = $request->getQueryParams();
        $limit = min(250, max(1, (int) ($query['limit'] ?? 100)));
        try {
            $since = new \DateTimeImmutable((string) ($query['since'] ?? '1970-01-01T00:00:00Z'));
        } catch (\Exception) {
            throw new HttpError(422, 'invalid query', ['since' => 'must be a time as in RFC 3339']);
        }
        $since = $since->setTimezone(new \DateTimeZone('UTC'));
        return Response::json(['data' => $this->entries->changes($request->getAttribute('user'), $since, $limit)]);
    }
}
