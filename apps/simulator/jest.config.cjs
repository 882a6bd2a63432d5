const base = require('../../jest.node.cjs')(__dirname);

module.exports = { ...base, transform: { ...base.transform, '\\.yaml$': '<rootDir>/text.transform.cjs' } };
