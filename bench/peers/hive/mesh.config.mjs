import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema';

const int = { type: 'integer' }, str = { type: 'string' };
const row = (title, required, optional = {}) => ({
  type: 'object', title, properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false,
});
const User = row('User', { id: int, name: str, username: str, email: str }, { phone: str, website: str });
const Post = row('Post', { id: int, userId: int, title: str, body: str });
const Comment = row('Comment', { id: int, postId: int, name: str, email: str, body: str });
const Todo = row('Todo', { id: int, userId: int, title: str, completed: { type: 'boolean' } });
const Item = row('Item', { id: int, sku: str, name: str, price: { type: 'number' }, stock: int });
const list = (items) => ({ type: 'array', items });
const get = (field, path, responseSchema, rest) => ({ type: 'Query', field, path, method: 'GET', responseSchema, ...rest });
const ints = { type: 'array', items: int };
const filtered = (field, path, key, item) =>
  get(field, path, list(item), { argTypeMap: { [key]: ints }, queryParamArgMap: { [key]: key } });

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadJSONSchemaSubgraph('JP', {
        endpoint: process.env.UPSTREAM,
        queryStringOptions: { arrayFormat: 'repeat', indices: false },
        operations: [
          get('posts', '/posts', list(Post)),
          get('bigPosts', '/bigposts', list(Post)),
          get('items', '/items', list(Item)),
          get('users', '/users', list(User)),
          get('user', '/users/{args.id}', User, { argTypeMap: { id: { ...int, nullable: false } } }),
          filtered('usersById', '/users', 'id', User),
          filtered('postsByUser', '/posts', 'userId', Post),
          filtered('todosByUser', '/todos', 'userId', Todo),
          filtered('commentsByPost', '/comments', 'postId', Comment),
        ],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type Query { greet: String! }
    extend type Post { user: User comments: [Comment] }
    extend type User { posts: [Post] todos: [Todo] }
  `,
});
