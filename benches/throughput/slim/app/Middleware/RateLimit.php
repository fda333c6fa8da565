<?php
declare(strict_types=1);

namespace Bench\App\Middleware;

use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Middleware;
use Bench\Framework\Request;
use Bench\Framework\Response;
use PDO;

/** Counts a user's requests in the current minute. */
final class RateLimit implements Middleware
{
    public function __construct(private PDO $pdo, private int $limit)
    {
    }

    public function process(Request $request, Handler $next): Response
    {
        $statement = $this->pdo->prepare('INSERT INTO slim_rates (user_id, minute, requests) VALUES (:user, :minute, 1) '
            . 'ON DUPLICATE KEY UPDATE requests = LAST_INSERT_ID(requests + 1)');
        $statement->execute(['user' => $request->getAttribute('user'), 'minute' => intdiv(time(), 60)]);
        $count = max(1, (int) $this->pdo->lastInsertId());
        if ($count > $this->limit) {
            throw new HttpError(429, 'too many requests');
        }
        return $next->handle($request)->withHeader('X-RateLimit-Remaining', (string) ($this->limit - $count));
    }
}
