# One image for api, worker and simulator; what it does is the command and ROLES. See docker-compose.yml.
FROM node:22-bookworm-slim AS build
WORKDIR /watchfloor
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN NX_DAEMON=false npx nx run-many -t build

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /watchfloor
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-fund --no-audit && npm cache clean --force
COPY --from=build /watchfloor/dist dist
COPY --from=build /watchfloor/apps/api/rules apps/api/rules
USER node
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=32"]
CMD ["dist/apps/api/main.js"]
