/** The twin's own AWS account: AWS documents this id as an example, so that it is nobody's. */
export const ACCOUNT_ID = "123456789012";
