<?php
declare(strict_types=1);

namespace Bench\App\Middleware;

use Bench\App\Tokens;
use Bench\App\UserRepository;
use Bench\Framework\Container;
use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Middleware;
use Bench\Framework\Request;
use Bench\Framework\Response;

/** Finds the user of the access token. The database is connected to only when the token is good. */
final class Authentication implements Middleware
{
    public function __construct(private Tokens $tokens, private Container $container)
    {
    }

    public function process(Request $request, Handler $next): Response
    {
        if (!preg_match('/^Bearer\s+(\S+)$/i', $request->getHeaderLine('Authorization'), $match)) {
            throw new HttpError(401, 'missing token');
        }
        $user = (string) ($this->tokens->verify($match[1])['sub'] ?? '');
        if (!$this->container->get(UserRepository::class)->exists($user)) {
            throw new HttpError(401, 'unknown user');
        }
        return $next->handle($request->withAttribute('user', $user));
    }
}
